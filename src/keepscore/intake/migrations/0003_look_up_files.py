from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0002_further_tables'),
    ]

    operations = [
        migrations.AddField(
            model_name='batch',
            name='beside',
            field=models.JSONField(default=dict),
        ),
    ]
